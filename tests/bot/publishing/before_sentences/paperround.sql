BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0006');
CREATE TABLE beginning (
        alert VARCHAR NOT NULL,
        "query" TEXT NOT NULL,
        destination VARCHAR NOT NULL,
        source VARCHAR NOT NULL,
        day VARCHAR NOT NULL,
        round INTEGER NOT NULL,
        PRIMARY KEY (alert, "query", destination, source)
    );
CREATE TABLE chat_name (
        scheme VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        address VARCHAR,
        was VARCHAR,
        asked_at FLOAT DEFAULT '0' NOT NULL,
        since FLOAT,
        tries INTEGER DEFAULT '0' NOT NULL,
        asked TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (scheme, name)
    );
CREATE TABLE destination (
        id INTEGER NOT NULL,
        scheme VARCHAR NOT NULL,
        address VARCHAR NOT NULL,
        thread VARCHAR DEFAULT '' NOT NULL,
        closed TEXT,
        closed_at FLOAT,
        not_before FLOAT DEFAULT '0' NOT NULL,
        failures INTEGER DEFAULT '0' NOT NULL,
        error TEXT, refused BOOLEAN DEFAULT '0' NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (scheme, address, thread)
    );
CREATE TABLE due (
        id INTEGER NOT NULL,
        destination_id INTEGER NOT NULL,
        paper_id INTEGER NOT NULL,
        due_at FLOAT NOT NULL,
        mode VARCHAR NOT NULL,
        quiet VARCHAR DEFAULT '' NOT NULL,
        heading VARCHAR DEFAULT '' NOT NULL,
        created FLOAT NOT NULL,
        message_id INTEGER, place INTEGER DEFAULT '0' NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (destination_id, paper_id),
        FOREIGN KEY(destination_id) REFERENCES destination (id),
        FOREIGN KEY(paper_id) REFERENCES paper (id),
        FOREIGN KEY(message_id) REFERENCES message (id)
    );
CREATE TABLE feed (
        slug VARCHAR NOT NULL,
        "query" TEXT NOT NULL, version INTEGER DEFAULT '0' NOT NULL,
        PRIMARY KEY (slug)
    );
INSERT INTO "feed" VALUES('all','* v2',1794312002);
INSERT INTO "feed" VALUES('streaming','streaming v2',1794312001);
CREATE TABLE feed_paper (
        slug VARCHAR NOT NULL,
        paper_id INTEGER NOT NULL,
        PRIMARY KEY (slug, paper_id),
        FOREIGN KEY(paper_id) REFERENCES paper (id)
    );
INSERT INTO "feed_paper" VALUES('all',1);
INSERT INTO "feed_paper" VALUES('all',2);
INSERT INTO "feed_paper" VALUES('all',3);
INSERT INTO "feed_paper" VALUES('streaming',1);
CREATE TABLE hit (
        due_id INTEGER NOT NULL,
        alert VARCHAR NOT NULL,
        "query" TEXT NOT NULL,
        created FLOAT NOT NULL,
        PRIMARY KEY (due_id, alert),
        FOREIGN KEY(due_id) REFERENCES due (id)
    );
CREATE TABLE message (
        id INTEGER NOT NULL,
        destination_id INTEGER NOT NULL,
        delivery VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        payload TEXT NOT NULL,
        not_before FLOAT DEFAULT '0' NOT NULL,
        attempts INTEGER DEFAULT '0' NOT NULL,
        unsure INTEGER DEFAULT '0' NOT NULL,
        fixed BOOLEAN DEFAULT '0' NOT NULL,
        created FLOAT NOT NULL,
        first_tried FLOAT,
        settled FLOAT,
        ref VARCHAR,
        error TEXT, idle FLOAT DEFAULT '0' NOT NULL, asked TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(destination_id) REFERENCES destination (id),
        UNIQUE (delivery)
    );
CREATE TABLE meta (
        name VARCHAR NOT NULL,
        value VARCHAR NOT NULL,
        PRIMARY KEY (name)
    );
INSERT INTO "meta" VALUES('obeyed','4f53cda18c2baa0c');
INSERT INTO "meta" VALUES('round','2');
INSERT INTO "meta" VALUES('changes','2');
INSERT INTO "meta" VALUES('served','1794398400.281711');
CREATE TABLE notice (cause VARCHAR NOT NULL, told_at FLOAT NOT NULL, PRIMARY KEY (cause));
CREATE TABLE paper (
        id INTEGER NOT NULL,
        "key" VARCHAR NOT NULL,
        entry_id VARCHAR NOT NULL,
        announced VARCHAR NOT NULL,
        first_seen FLOAT NOT NULL,
        updated FLOAT NOT NULL,
        data TEXT NOT NULL, revision VARCHAR DEFAULT '' NOT NULL, page INTEGER DEFAULT '0' NOT NULL,
        PRIMARY KEY (id),
        UNIQUE ("key")
    );
INSERT INTO "paper" VALUES(1,'2611.00001','tag:papers.example.org,2026:paper/2611.00001','2026-11-09',1.79431200051770710942e+09,1.79431200051770710942e+09,'{"id":"2611.00001","title":"Streaming video","abstract":"A stream that we cut.","authors":["Ada Lovelace","Alan Turing"],"votes":12,"comments":0,"links":{"abstract":"https://arxiv.org/abs/2611.00001","code":"https://github.com/a/b","page":"https://huggingface.co/papers/2611.00001","pdf":"https://arxiv.org/pdf/2611.00001","thumbnail":"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/2611.00001.png"},"sources":["inbox","files"],"published":"2026-11-08T00:00:00+00:00"}','d881224d8aac1676',1);
INSERT INTO "paper" VALUES(2,'2611.00002','tag:papers.example.org,2026:paper/2611.00002','2026-11-09',1.79431200051770710942e+09,1.79439840002227592469e+09,'{"id":"2611.00002","title":"Old sums, corrected","abstract":"Of sums.","authors":["Ada Lovelace","Alan Turing"],"votes":0,"comments":0,"links":{"abstract":"https://arxiv.org/abs/2611.00002","page":"https://huggingface.co/papers/2611.00002","pdf":"https://arxiv.org/pdf/2611.00002","thumbnail":"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/2611.00002.png"},"sources":["inbox","files"],"published":"2026-11-08T00:00:00+00:00"}','2c7291a85b6141c2',2);
INSERT INTO "paper" VALUES(3,'math/0309136','tag:papers.example.org,2026:paper/math%2F0309136','2026-11-06',1.79431200051770710942e+09,1.79431200051770710942e+09,'{"id":"math/0309136","title":"Older sums","abstract":"Of older sums.","authors":["Ada Lovelace","Alan Turing"],"votes":0,"comments":0,"links":{"abstract":"https://arxiv.org/abs/math/0309136","page":"https://huggingface.co/papers/math/0309136","pdf":"https://arxiv.org/pdf/math/0309136","thumbnail":"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/math/0309136.png"},"sources":["inbox","files"],"published":"2026-11-05T00:00:00+00:00"}','6199ca6173a74b91',1);
CREATE TABLE paper_key (
        "key" VARCHAR NOT NULL,
        paper_id INTEGER NOT NULL,
        PRIMARY KEY ("key", paper_id),
        FOREIGN KEY(paper_id) REFERENCES paper (id)
    );
INSERT INTO "paper_key" VALUES('arxiv:2611.00001',1);
INSERT INTO "paper_key" VALUES('title:streamingvideo',1);
INSERT INTO "paper_key" VALUES('arxiv:2611.00002',2);
INSERT INTO "paper_key" VALUES('title:oldsums',2);
INSERT INTO "paper_key" VALUES('arxiv:math/0309136',3);
INSERT INTO "paper_key" VALUES('title:oldersums',3);
INSERT INTO "paper_key" VALUES('title:oldsumscorrected',2);
CREATE TABLE platform (
        scheme VARCHAR NOT NULL,
        stopped TEXT,
        since FLOAT, paused_until FLOAT DEFAULT '0' NOT NULL,
        PRIMARY KEY (scheme)
    );
CREATE TABLE published (
        path VARCHAR NOT NULL,
        feed VARCHAR NOT NULL,
        stamp VARCHAR NOT NULL,
        size INTEGER NOT NULL,
        mtime INTEGER NOT NULL,
        until FLOAT,
        PRIMARY KEY (path)
    );
INSERT INTO "published" VALUES('feeds/streaming.rss','streaming','1794312001 7a8a39256c6ea0b8beb02e71',1565,1795852006514298181,NULL);
INSERT INTO "published" VALUES('feeds/streaming.atom','streaming','1794312001 7a8a39256c6ea0b8beb02e71',1767,1795852006514564040,NULL);
INSERT INTO "published" VALUES('feeds/streaming.json','streaming','1794312001 7a8a39256c6ea0b8beb02e71',1119,1795852006514818185,NULL);
INSERT INTO "published" VALUES('feeds.opml','','53a0eda023131b46a44ce634',531,1795852006537205552,NULL);
INSERT INTO "published" VALUES('feeds/streaming.html','streaming','36b834874f7a6da3a5fe6871',4982,1795852006564740955,NULL);
INSERT INTO "published" VALUES('papers/2611.00001.html','','53a0eda023131b46a44ce634 1 f8fde2fc8caaf2d3ce4cc3b8',2861,1795852006609024126,NULL);
INSERT INTO "published" VALUES('papers/math-0309136-34959462ad.html','','53a0eda023131b46a44ce634 1 fd66459901af9cf32699885a',2320,1795852006609307128,NULL);
INSERT INTO "published" VALUES('feeds/all.rss','all','1794312002 e573a66737fbf4a553215fe8',2856,1795852006835086856,NULL);
INSERT INTO "published" VALUES('feeds/all.atom','all','1794312002 e573a66737fbf4a553215fe8',3546,1795852006835218502,NULL);
INSERT INTO "published" VALUES('feeds/all.json','all','1794312002 e573a66737fbf4a553215fe8',2322,1795852006835294984,NULL);
INSERT INTO "published" VALUES('feeds/all.html','all','8740a92c050d43164037ab74',6719,1795852006877304722,NULL);
INSERT INTO "published" VALUES('papers/2611.00002.html','','53a0eda023131b46a44ce634 2 41546cfd6abcb0931bd55e4f',2360,1795852006892772266,NULL);
INSERT INTO "published" VALUES('index.html','','f8cc5f45762084933fe5e088',3117,1795852006917896361,NULL);
CREATE TABLE sighting (
        paper_id INTEGER NOT NULL,
        source VARCHAR NOT NULL,
        announced VARCHAR NOT NULL,
        dated BOOLEAN NOT NULL,
        past BOOLEAN NOT NULL,
        first_seen FLOAT NOT NULL,
        updated FLOAT NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (paper_id, source),
        FOREIGN KEY(paper_id) REFERENCES paper (id)
    );
INSERT INTO "sighting" VALUES(1,'inbox','2026-11-09',1,0,1.79431200051770710942e+09,1.79431200051770710942e+09,'{"id":"2611.00001","title":"Streaming video","abstract":"A stream that we cut.","authors":["Ada Lovelace","Alan Turing"],"votes":12,"comments":0,"links":{"abstract":"https://arxiv.org/abs/2611.00001","code":"https://github.com/a/b","page":"https://huggingface.co/papers/2611.00001","pdf":"https://arxiv.org/pdf/2611.00001","thumbnail":"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/2611.00001.png"},"sources":["inbox","files"],"published":"2026-11-08T00:00:00+00:00"}');
INSERT INTO "sighting" VALUES(2,'inbox','2026-11-09',1,0,1.79431200051770710942e+09,1.79439840002227592469e+09,'{"id":"2611.00002","title":"Old sums, corrected","abstract":"Of sums.","authors":["Ada Lovelace","Alan Turing"],"votes":0,"comments":0,"links":{"abstract":"https://arxiv.org/abs/2611.00002","page":"https://huggingface.co/papers/2611.00002","pdf":"https://arxiv.org/pdf/2611.00002","thumbnail":"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/2611.00002.png"},"sources":["inbox","files"],"published":"2026-11-08T00:00:00+00:00"}');
INSERT INTO "sighting" VALUES(3,'inbox','2026-11-06',1,0,1.79431200051770710942e+09,1.79431200051770710942e+09,'{"id":"math/0309136","title":"Older sums","abstract":"Of older sums.","authors":["Ada Lovelace","Alan Turing"],"votes":0,"comments":0,"links":{"abstract":"https://arxiv.org/abs/math/0309136","page":"https://huggingface.co/papers/math/0309136","pdf":"https://arxiv.org/pdf/math/0309136","thumbnail":"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/math/0309136.png"},"sources":["inbox","files"],"published":"2026-11-05T00:00:00+00:00"}');
CREATE TABLE source (
        name VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        first_seen FLOAT NOT NULL,
        read_at FLOAT,
        new_at FLOAT,
        failed_at FLOAT,
        error TEXT,
        retry_at FLOAT,
        PRIMARY KEY (name)
    );
INSERT INTO "source" VALUES('inbox','files',1.79431200047930908205e+09,1.79439840007850193973e+09,1.79431200051770710942e+09,NULL,NULL,NULL);
CREATE TABLE source_part (
        source VARCHAR NOT NULL,
        part VARCHAR NOT NULL,
        stamp VARCHAR NOT NULL,
        read_at FLOAT NOT NULL,
        papers INTEGER NOT NULL,
        skipped INTEGER NOT NULL, trouble TEXT,
        PRIMARY KEY (source, part)
    );
CREATE TABLE spelling (
        name VARCHAR NOT NULL,
        destination_id INTEGER NOT NULL,
        PRIMARY KEY (name),
        FOREIGN KEY(destination_id) REFERENCES destination (id)
    );
CREATE INDEX paper_announced ON paper (announced)
    ;
CREATE INDEX message_open ON message (destination_id, id) WHERE state in ('pending', 'sending', 'unsure')
    ;
CREATE INDEX paper_key_paper ON paper_key (paper_id)
    ;
CREATE INDEX sighting_source ON sighting (source, announced)
    ;
CREATE INDEX due_message ON due (message_id)
    ;
CREATE INDEX due_paper ON due (paper_id)
    ;
CREATE INDEX due_next ON due (destination_id, place, id, due_at) WHERE message_id is null;
CREATE INDEX message_parked ON message (destination_id) WHERE state = 'parked';
CREATE INDEX feed_paper_paper ON feed_paper (paper_id);
CREATE INDEX spelling_destination ON spelling (destination_id);
COMMIT;
